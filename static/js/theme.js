// Light, night or as the system says. Kept in a cookie, so that the server writes it on <html> and nothing flashes.
const YEAR_S = 365 * 24 * 60 * 60;
const root = document.documentElement;

function mark() {
  const now = root.dataset.theme ?? "";
  for (const group of document.querySelectorAll("[data-theme-choice]")) {
    group.hidden = false;
    for (const button of group.querySelectorAll("[data-set-theme]")) {
      button.setAttribute("aria-pressed", String(button.dataset.setTheme === now));
    }
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-set-theme]");
  if (!button) return;
  const theme = button.dataset.setTheme;
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `theme=${theme}; Path=/; Max-Age=${theme ? YEAR_S : 0}; SameSite=Lax${secure}`;
  mark();
});

document.addEventListener("htmx:load", mark);
mark();
