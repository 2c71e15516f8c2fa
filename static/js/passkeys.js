// Passkeys: shows the buttons where the browser can use them, and says in words when it did not work out (allauth's script tells by an event).
if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("[data-passkey-login]")) form.hidden = false;
}
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  for (const problem of document.querySelectorAll("[data-passkey-problem]")) problem.hidden = false;
});
