"""The article's network in one sitting, in numpy alone: ``python -m nn.tiny`` trains it on MNIST.

A network is a list of layers, a layer its weights (I, O) and its biases (O,). Rows are examples: N
inputs are an array (N, I). The notebook builds these functions one after the other; ``nn/core``
computes the same numbers, also for other layers, losses and optimizers.
"""

import numpy as np


def sigmoid(z):
    """Return 1 / (1 + exp(-z)), from 0 to 1."""
    return 1 / (1 + np.exp(-z))


def new_layer(n_inputs, n_outputs, rng):
    """Return small random weights and biases of 0: where a sum z is large, the sigmoid is flat."""
    weights = rng.normal(0, np.sqrt(1 / n_inputs), (n_inputs, n_outputs))
    return weights, np.zeros(n_outputs)


def feedforward(network, a):
    """Return the outputs (N, 10) for the inputs a (N, 784)."""
    for weights, biases in network:
        a = sigmoid(a @ weights + biases)
    return a


def sgd(network, inputs, targets, rate, rng, mini_batch_size=10):
    """Train for one epoch: take a step for each mini-batch, in random order."""
    order = rng.permutation(len(inputs))
    for start in range(0, len(order), mini_batch_size):
        batch = order[start : start + mini_batch_size]
        update_mini_batch(network, inputs[batch], targets[batch], rate)


def update_mini_batch(network, inputs, targets, rate):
    """Take one step against the gradient of the mini-batch's cost."""
    gradients = backprop(network, inputs, targets)
    for layer, layer_gradients in zip(network, gradients, strict=True):
        for parameter, gradient in zip(layer, layer_gradients, strict=True):
            parameter -= rate * gradient


def backprop(network, inputs, targets):
    """Return dC/dW and dC/db of each layer, by the chain rule from the last layer to the first."""
    activations = [inputs]
    for weights, biases in network:
        activations.append(sigmoid(activations[-1] @ weights + biases))

    gradients = []
    derivative = cost_derivative(activations[-1], targets)  # dC/da (N, 10)
    for layer in reversed(range(len(network))):
        weights, below, a = network[layer][0], activations[layer], activations[layer + 1]
        delta = derivative * a * (1 - a)  # dC/dz (N, O): a (1 - a) is the sigmoid's slope
        gradients.insert(0, (below.T @ delta, delta.sum(axis=0)))
        derivative = delta @ weights.T  # dC/da (N, I) of the layer below
    return gradients


def cost(outputs, targets):
    """Return C, half the squared distance |a - y|^2 / 2, the mean over the examples."""
    return ((outputs - targets) ** 2).sum() / 2 / len(outputs)


def cost_derivative(outputs, targets):
    """Return dC/da (N, 10), the derivative of the cost by each output."""
    return (outputs - targets) / len(outputs)


def evaluate(network, inputs, labels):
    """Return how many examples have their largest output at their label."""
    return (feedforward(network, inputs).argmax(axis=1) == labels).sum()


def main(epochs=30):
    """Train on MNIST, which is downloaded once, or read from the folder INKLING_DATA."""
    from nn.data.mnist import load_mnist

    train, test = load_mnist()
    inputs, test_inputs = (each.images.reshape(-1, 784) / np.float32(255) for each in (train, test))
    targets = np.eye(10)[train.labels]
    rng = np.random.default_rng(1)
    network = [new_layer(784, 15, rng), new_layer(15, 10, rng)]
    for epoch in range(epochs):
        sgd(network, inputs, targets, 3 * (1 - epoch / epochs), rng)  # ever shorter steps
        print(f"epoch {epoch + 1:2}  cost {cost(feedforward(network, inputs), targets):.4f}")
    n_read = evaluate(network, test_inputs, test.labels)
    print(f"{n_read:,} of {len(test.labels):,} test digits are read right")


if __name__ == "__main__":
    main()
