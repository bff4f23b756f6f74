// What is pleasant and not needed: without this file every page does all that it does.
"use strict";

// Away from localhost the clipboard is there over HTTPS only; the older way is there always.
async function copy(field) {
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    field.select();
    document.execCommand("copy");
  }
}

for (const button of document.querySelectorAll("button[data-copies]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await copy(document.getElementById(button.dataset.copies));
    button.textContent = "Copied";
  });
}
