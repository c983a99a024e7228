/**
 * Lets the browser fetch what the first screen needs while it is still reading the first script. The page names every
 * file that the module loads before it can run; they are fetched and compiled, and run when their turn comes.
 */
import type { Plugin, Rolldown } from 'vite';

function chunksOf(bundle: Rolldown.OutputBundle): readonly Rolldown.OutputChunk[] {
  return Object.values(bundle).filter((each) => each.type === 'chunk');
}

/** The file of the module and everything that it imports at once, each named once. */
export function filesBefore(chunks: readonly Pick<Rolldown.OutputChunk, 'fileName' | 'imports' | 'facadeModuleId'>[], module: string): readonly string[] {
  const first = chunks.find((chunk) => chunk.facadeModuleId?.replaceAll('\\', '/').endsWith(module));
  if (first === undefined) throw new Error(`no file of the window begins with ${module}`);
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    for (const next of chunks.find((chunk) => chunk.fileName === name)?.imports ?? []) visit(next);
  };
  visit(first.fileName);
  return [...found];
}

export function preloadFirstScreen(module: string): Plugin {
  return {
    name: 'preload-first-screen',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (html, { bundle }) => {
        if (bundle === undefined) return [];
        return filesBefore(chunksOf(bundle), module)
          .map((name) => `/${name}`)
          .filter((href) => !html.includes(href))
          .map((href) => ({ tag: 'link', attrs: { rel: 'modulepreload', crossorigin: true, href }, injectTo: 'head' }));
      },
    },
  };
}
