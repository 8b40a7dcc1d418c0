// Keeps a browser on this machine: whatever its pages ask of another one is stopped and remembered.

const HOSTS = ['127.0.0.1', 'localhost', '[::1]'];
const INSIDE = ['data:', 'blob:', 'file:', 'about:'];

/** Addresses on other machines that pages asked for since the list was emptied. */
export const strangers = [];

export function isLocal(address) {
  const { protocol, hostname } = new URL(address);
  return INSIDE.includes(protocol) || HOSTS.includes(hostname);
}

/** @returns the same browser, every context of which (also that of `newPage`) is watched */
export function keepLocal(browser) {
  const plain = browser.newContext.bind(browser);
  browser.newContext = async options => {
    // A service worker would ask behind the back of the page.
    const context = await plain({ serviceWorkers: 'block', ...options });
    await context.route(
      url => !isLocal(url.href),
      route => route.abort()
    );
    const note = address => !isLocal(address) && strangers.push(address);
    context.on('request', request => note(request.url()));
    context.on('page', page => page.on('websocket', socket => note(socket.url())));
    return context;
  };
  return browser;
}
