// Answers with everything in the page that untrusted text may never cause, however it got there.
(root) => {
  const bad = [];
  const tags = "script iframe object embed base link meta form video audio foreignObject template style";
  for (const tag of tags.split(" ")) if (document.querySelector(`${root} ${tag}`)) bad.push(tag);
  const address = /^(href|src|action|formaction|data|xlink:href|poster|background)$/;
  for (const node of document.querySelectorAll(`${root} *`)) {
    for (const { name, value } of node.attributes) {
      if (name.startsWith("on") || ["srcdoc", "ping", "popovertarget"].includes(name)) bad.push(name);
      if (address.test(name) && !/^(https?:|mailto:|blob:)/.test(value)) bad.push(`${name}=${value}`);
      if (name === "src" && !value.startsWith("blob:")) bad.push(`src=${value}`);
      if (name === "style" && /url\(|position:\s*fixed/i.test(value)) bad.push(value);
    }
  }
  for (const link of document.querySelectorAll(`${root} a`)) {
    if (link.rel !== "noopener noreferrer nofollow" || link.target !== "_blank") bad.push("rel");
  }
  if (window.pwned) bad.push("pwned");
  return [...new Set(bad), ...window.violations];
};
