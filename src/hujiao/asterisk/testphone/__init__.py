"""The product's own test phone: a second, small Asterisk that calls in, and answers as robot agents."""
