"""An engine that carries nothing out: pages without a worker."""


class Idle:
    name = "warm"

    def start(self, run_id):
        pass

    stop = start
