"""The mathematics behind What did it learn?, folded away, with who found it."""

from __future__ import annotations

import streamlit as st


def show(part: str) -> None:
    """Show what belongs to a part of the page."""
    with st.expander("The mathematics"):
        for latex, text in _PROOFS[part]:
            if latex:
                st.latex(latex)
            st.markdown(text)


_PROOFS = {
    "Overconfidence": (
        (
            r"p_j = \frac{e^{z_j}}{\sum_i e^{z_i}}",
            "The last sums $z$ become ten chances that add up to 1 (softmax). Its confidence is "
            "the greatest of them. Sums that are far apart make it sure, whatever made them so; "
            "a picture with much ink, such as an inverted digit, easily does. There is no answer "
            "for *none of these* (Hendrycks and Gimpel 2017).",
        ),
        (
            r"\begin{gathered} x \leftarrow x - \eta \, \frac{\partial C}{\partial x} \\ "
            r"\frac{\partial C}{\partial x} = W_1 \, \delta_1 \end{gathered}",
            "Descent over the picture $x$: the cost of the answer if the picture were a 5, and one "
            "more step of backpropagation than a training takes, from the first layer to the "
            "pixels. Pixels beyond paper or ink are pulled back (Erhan et al. 2009); "
            "shown and asked about is the picture cut to what paper and ink can be, so the cost "
            "of a walk that stands beyond is not just $-\\ln$ of the chance. That tiny "
            "changes of a real picture do it as well was shown by Szegedy et al. 2014.",
        ),
        (
            r"\begin{gathered} p = \text{softmax}(z / T) \\ \text{error} = "
            r"\sum_b \frac{n_b}{n} \, |\text{right}_b - \text{sure}_b| \end{gathered}",
            "A temperature $T > 1$ makes it less sure without changing an answer. It is fitted by "
            "gradient descent on half of the test digits, all else is measured on the other half. "
            "Confidence is off by the mean difference between how sure it is and how often it is "
            "right, in ten bins $b$ (Guo et al. 2017).",
        ),
    ),
    "Memorising": (
        (
            r"\hat y_i = y_{\pi(i)}",
            "The shuffled labels are the true ones in another order $\\pi$: as many of each digit, "
            "on any picture. Their only pattern is what is remembered of each picture by itself. "
            "There is a network of two layers with $2n + 784$ weights that has any labels of $n$ "
            "pictures right (Zhang et al. 2017, theorem 1); whether descent finds one is measured "
            "here. So a low cost on what it has learnt from proves nothing. Both learn with Adam "
            "at its usual rate, in mini-batches of 50.",
        ),
    ),
    "More data": (
        (
            r"\text{mistakes}(n) \approx a \, n^{-b}",
            "On two logarithmic axes such a law is a straight line, and every tenfold leaves the "
            "share $10^{-b}$ of the mistakes. Such lines are found for many tasks, until the "
            "network or the labels themselves set a limit (Hestness et al. 2017). Each training "
            "takes as many updates, with Adam, in mini-batches of 100; so with 60,000 examples "
            "and 1,500 updates it sees each two and a half times, with 100 examples 1,500 times.",
        ),
    ),
}
