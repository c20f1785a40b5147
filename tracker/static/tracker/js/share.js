// The code of a share link stands behind the # of the address, which is sent to nobody.
// It is put into the form, and taken out of the address and the history.

const field = document.getElementById("id_code");
const code = decodeURIComponent(location.hash.slice(1));

if (field && /^[0-9A-Za-z-]{25,40}$/.test(code)) {
  field.value = code;
  history.replaceState(null, "", location.pathname);
  document.getElementById("id_pin").focus();
}
