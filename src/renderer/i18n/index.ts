/** Both languages, switchable at run time, with keys that the compiler checks. */
import i18next, { changeLanguage, exists, use } from 'i18next';
import { createContext, useContext, useMemo } from 'react';
import { initReactI18next, useTranslation } from 'react-i18next';
import { createFormat, type Format, type Language } from '../format/index.ts';
import { shownName } from '../format/names.ts';
import { en } from './en.ts';
import type { TextKey } from './keys.ts';

export type { TextKey } from './keys.ts';
export type Params = Readonly<Record<string, string | number>>;
export type Text = (key: TextKey, params?: Params) => string;

export function browserLanguage(): Language {
  return navigator.languages.some((one) => one.toLowerCase().startsWith('pl')) ? 'pl' : 'en';
}

export async function startLanguages(language: Language): Promise<void> {
  await use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  await setLanguage(language);
}

/** Polish is loaded when it is first wanted. */
export async function setLanguage(language: Language): Promise<void> {
  if (language === 'pl' && !i18next.hasResourceBundle('pl', 'translation')) {
    const { pl } = await import('./pl.ts');
    i18next.addResourceBundle('pl', 'translation', pl);
  }
  await changeLanguage(language);
  document.documentElement.lang = language;
}

/** Names of files reach texts as facts; what cannot be seen in them is shown. */
const shown = (params: Params): Params =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, typeof value === 'string' ? shownName(value) : value]));

export function useText(): Text {
  const { t } = useTranslation();
  return useMemo(() => (key: TextKey, params?: Params) => t(key, shown(params ?? {})), [t]);
}

/** True when the dictionary has the key: for words that come from outside, for example kinds of journal entries. */
export const hasText = (key: string): key is TextKey => exists(key);

const FormatContext = createContext<Format | null>(null);
export const FormatProvider = FormatContext.Provider;

export function useFormat(): Format {
  const format = useContext(FormatContext);
  return useMemo(() => format ?? createFormat('en'), [format]);
}
