// A convenience: every page works without this file.
"use strict";

// Except on localhost, browsers offer the clipboard only over HTTPS. The older way always works.
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
