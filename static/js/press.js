// [data-print] prints the page; it is hidden until this module runs, so that nobody without scripts sees a dead button.
// [data-dismiss="selector"] takes something off the page, as a cancelled form.
const show = (scope) => {
  for (const button of scope.querySelectorAll("[data-print][hidden]")) button.hidden = false;
};
show(document);
document.addEventListener("htmx:load", (event) => show(event.target));

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-print]")) print();
  const dismiss = event.target.closest?.("[data-dismiss]");
  if (dismiss) document.querySelector(dismiss.dataset.dismiss)?.remove();
});
