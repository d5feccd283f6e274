/** The class sheet's page: a button that prints it. */

const button = document.querySelector("#print");
button.hidden = false;
button.addEventListener("click", () => window.print());
