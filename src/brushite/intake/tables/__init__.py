"""Tables of laboratory values as laboratories export them and people keep them."""
