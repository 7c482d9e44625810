// What is sent in an address (a search) is not sent with a card number in it: histories and logs keep addresses. The
// server refuses it as well; here the number does not leave the page.
const DIGITS = /\d(?:[\s.\-/]?\d){12,}/g;
const REFUSAL = "This holds a card number. Search for a name, a reference or the last four digits.";

function checks(digits) {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits[digits.length - 1 - place]) * (place % 2 ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 === 0;
}

function holdsCard(text) {
  for (const [run] of String(text).normalize("NFKC").matchAll(DIGITS)) {
    const digits = run.replace(/\D/g, "");
    if (digits.length <= 19 && "23456".includes(digits[0]) && checks(digits)) return true;
  }
  return false;
}

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (form.method !== "get") return;
    const field = [...form.elements].find((each) => each.matches("input, textarea") && holdsCard(each.value));
    if (!field) return;
    event.preventDefault();
    event.stopPropagation();
    field.setCustomValidity(REFUSAL);
    field.reportValidity();
    field.addEventListener("input", () => field.setCustomValidity(""), { once: true });
  },
  true,
);

// While typing: the list below simply does not change.
document.addEventListener("htmx:configRequest", (event) => {
  const { verb, formData } = event.detail;
  if (verb === "get" && formData && [...formData.values()].some(holdsCard)) event.preventDefault();
});
