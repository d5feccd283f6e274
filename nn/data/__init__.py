"""Training data: MNIST, Kaggle's tables, pen strokes, and drawings from templates, as arrays."""
