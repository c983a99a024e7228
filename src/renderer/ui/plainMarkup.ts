/**
 * The date fields write their digits with `innerHTML`, which the page's Trusted Types refuse. This lets text without any
 * markup through, which can do no harm, and nothing else: markup, scripts and their addresses are refused as before.
 */
interface PolicyFactory {
  readonly defaultPolicy: unknown;
  createPolicy(name: string, rules: { readonly createHTML: (text: string) => string | null }): unknown;
}

const markup = /[<&]/u;

/** Null is a refusal. */
export const plainOnly = (text: string): string | null => (markup.test(text) ? null : text);

export function allowPlainText(): void {
  const { trustedTypes } = window as unknown as { readonly trustedTypes?: PolicyFactory };
  if (trustedTypes !== undefined && trustedTypes.defaultPolicy === null) trustedTypes.createPolicy('default', { createHTML: plainOnly });
}
