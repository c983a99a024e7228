/** The version of the product; the build puts it in. */
declare const __STEROWNIA_VERSION__: string | undefined;

export const version: string = typeof __STEROWNIA_VERSION__ === 'string' ? __STEROWNIA_VERSION__ : 'development';
