/** The teacher's page: its buttons print all of it, or one section. */

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => {
    const { print } = button.dataset;
    for (const section of document.querySelectorAll(".teach-page")) {
      section.classList.toggle("not-printed", print !== "" && section.id !== print);
    }
    window.print();
  });
}

addEventListener("afterprint", () => {
  for (const section of document.querySelectorAll(".not-printed")) section.classList.remove("not-printed");
});
