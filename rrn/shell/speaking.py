"""click's commands in the language of the locale: declarations hold keys, and help looks its words up when asked.

click finds its own words by gettext, which would need compiled catalogues; the few that can be seen are said here.
"""

import click

from rrn.shell.words import t


class Speaking(click.Command):
    """A command whose help is a key, and whose options' help are keys too."""

    help: str
    allow_extra_args = True  # refused below, in our words

    def parse_args(self, ctx, args):
        rest = super().parse_args(ctx, args)
        if rest and not isinstance(self, click.Group):
            raise click.UsageError(t("cli_too_many", extra=" ".join(rest)), ctx)
        return rest

    def get_help_option(self, ctx):
        option = super().get_help_option(ctx)
        if option:
            option.help = "cli_help"
        return option

    def collect_usage_pieces(self, ctx):
        pieces = [piece for param in self.get_params(ctx) for piece in param.get_usage_pieces(ctx)]
        return [t("cli_options_here"), *pieces]

    def format_usage(self, ctx, formatter):
        pieces = " ".join(self.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=t("cli_usage") + " ")

    def format_help_text(self, ctx, formatter):
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(t(self.help))

    def format_arguments(self, ctx, formatter):
        """An argument is explained by the command's own sentence."""

    def format_options(self, ctx, formatter):
        shown = [p for p in self.get_params(ctx) if isinstance(p, click.Option) and not p.hidden]
        with formatter.section(t("cli_options")):
            formatter.write_dl([(signature(option), explanation(option)) for option in shown])


class Commands(Speaking, click.Group):
    """A group of such commands."""

    command_class = Speaking

    def __init__(self, *args, unknown: str = "cli_unknown_command", **more):
        super().__init__(*args, **more)
        self.unknown = unknown

    def collect_usage_pieces(self, ctx):
        return [t("cli_command_here")]

    def format_options(self, ctx, formatter):
        super().format_options(ctx, formatter)
        with formatter.section(t("cli_commands")):
            known = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
            formatter.write_dl([(name, t(command.help)) for name, command in known if isinstance(command, Speaking)])

    def resolve_command(self, ctx, args):
        if not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            known = ", ".join(self.list_commands(ctx))
            raise click.UsageError(t(self.unknown, name=args[0], known=known), ctx)
        return super().resolve_command(ctx, args)


def signature(option: click.Option) -> str:
    """How an option is written: its first name, and what follows it."""
    return option.opts[0] if option.is_flag else f"{option.opts[0]} {option.metavar or 'TEXT'}"


def explanation(option: click.Option) -> str:
    words = option.explain() if hasattr(option, "explain") else t(str(option.help))
    return words + (f"  [{t('cli_required')}]" if option.required else "")


def complaint(error: click.ClickException) -> str:
    """One sentence about a command line that cannot be understood."""
    match error:
        case click.exceptions.NoArgsIsHelpError(ctx=ctx) if isinstance(ctx.command, click.Group):
            return t("cli_no_command", line=ctx.command_path, known=", ".join(ctx.command.list_commands(ctx)))
        case click.NoSuchOption():
            near = error.possibilities or ()
            return t("cli_no_such_option", name=error.option_name) + (
                " " + t("cli_did_you_mean", near=", ".join(near)) if near else ""
            )
        case click.MissingParameter(param=click.Parameter() as missing):
            return t("cli_missing", name=missing.opts[0] if isinstance(missing, click.Option) else missing.metavar)
        case click.BadOptionUsage():
            return t("cli_needs_value", name=error.option_name)
        case _:
            return error.format_message()
