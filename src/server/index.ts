/** The headless host: the console for one browser, on loopback. */
export { browserObstacle, findBrowser, hasDisplay, type Browser, type BrowserFacts } from './browsers.ts';
export { runServe, type ServeSurroundings } from './serve.ts';
export { startServer, type RunningServer, type ServerOptions } from './startServer.ts';
