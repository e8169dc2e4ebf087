"""What people say: ratings, samples, reviews, and how well metrics agree with them."""
