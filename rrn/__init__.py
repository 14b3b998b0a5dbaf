"""RRN: recurrent neural networks, learned by training them."""
