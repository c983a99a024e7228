/** The words of menu, tray, native notifications and dialogs, in the languages of the window. */
import { languages } from '#contract';

export type Language = (typeof languages)[number];

const english = {
  name: 'Sterownia',
  file: 'File',
  openWorkspace: 'Open workspace…',
  quit: 'Quit Sterownia',
  edit: 'Edit',
  undo: 'Undo typing',
  redo: 'Redo typing',
  cut: 'Cut',
  copy: 'Copy',
  paste: 'Paste',
  selectAll: 'Select all',
  view: 'View',
  reports: 'ReportCenter',
  approvals: 'Approvals',
  trash: 'Trash',
  journal: 'Journal',
  reload: 'Reload window',
  zoomIn: 'Larger',
  zoomOut: 'Smaller',
  zoomReset: 'Normal size',
  fullScreen: 'Full screen',
  developerTools: 'Developer tools',
  window: 'Window',
  minimize: 'Minimise',
  help: 'Help',
  about: 'About Sterownia',
  openLogs: 'Open log folder',
  show: 'Show console',
  trayCalm: 'Sterownia: nothing needs a person',
  trayWaiting: 'Sterownia: plans waiting for approval: {count}',
  notificationTitle: 'Sterownia: a person is needed',
  notificationBody: 'Open the console to see what happened.',
  notice_workspace_recovered: 'Work that was interrupted has been completed or reverted.',
  notice_journal_broken: 'The journal does not verify: findings {findings}.',
  notice_plan_partial: 'A plan was applied only in part: {operation}, targets {targets}.',
  notice_plan_failed: 'A plan failed: {operation}, targets {targets}.',
  chooseWorkspace: 'Choose the folder of a workspace',
  cannotStartTitle: 'Sterownia cannot start',
  cannotOpenWorkspace: 'The workspace cannot be opened.',
  crashTitle: 'Sterownia had to stop',
  crashBody: 'The console met an error that it cannot recover from. Nothing is half done without a record: the next start completes or reverts it. The log is in {folder}.',
  rejectionTitle: 'Something went wrong in the background',
  rejectionBody: 'The console goes on, but a background task failed. The log is in {folder}.',
  pageGoneTitle: 'The window stopped working',
  pageGoneBody: 'The page of this window ended ({reason}). The console behind it goes on; operations under way are not affected.',
  pageStuckTitle: 'The window does not answer',
  pageStuckBody: 'The page of this window has not answered for a while. Operations under way are not affected.',
  reloadNow: 'Reload',
  wait: 'Wait',
  close: 'Close',
  closeWhileBusyTitle: 'An operation is under way',
  closeWhileBusyBody: 'Operations that change files and are under way: {count}. Quitting stops each after its present item; what is done stays done and can be undone.',
  stay: 'Stay',
  quitAnyway: 'Quit anyway',
} as const;

export type ShellText = { readonly [K in keyof typeof english]: string };

const polish: ShellText = {
  name: 'Sterownia',
  file: 'Plik',
  openWorkspace: 'Otwórz obszar roboczy…',
  quit: 'Zakończ Sterownię',
  edit: 'Edycja',
  undo: 'Cofnij pisanie',
  redo: 'Ponów pisanie',
  cut: 'Wytnij',
  copy: 'Kopiuj',
  paste: 'Wklej',
  selectAll: 'Zaznacz wszystko',
  view: 'Widok',
  reports: 'ReportCenter',
  approvals: 'Zatwierdzenia',
  trash: 'Kosz',
  journal: 'Dziennik',
  reload: 'Wczytaj okno ponownie',
  zoomIn: 'Większe',
  zoomOut: 'Mniejsze',
  zoomReset: 'Zwykły rozmiar',
  fullScreen: 'Pełny ekran',
  developerTools: 'Narzędzia programisty',
  window: 'Okno',
  minimize: 'Minimalizuj',
  help: 'Pomoc',
  about: 'O programie Sterownia',
  openLogs: 'Otwórz katalog dzienników programu',
  show: 'Pokaż konsolę',
  trayCalm: 'Sterownia: nic nie wymaga człowieka',
  trayWaiting: 'Sterownia: plany czekające na zatwierdzenie: {count}',
  notificationTitle: 'Sterownia: potrzebny jest człowiek',
  notificationBody: 'Otwórz konsolę, żeby zobaczyć, co się stało.',
  notice_workspace_recovered: 'Przerwana praca została dokończona albo cofnięta.',
  notice_journal_broken: 'Dziennik nie przechodzi weryfikacji, liczba znalezisk: {findings}.',
  notice_plan_partial: 'Plan wykonano tylko częściowo: {operation}, pozycji: {targets}.',
  notice_plan_failed: 'Plan się nie powiódł: {operation}, pozycji: {targets}.',
  chooseWorkspace: 'Wybierz katalog obszaru roboczego',
  cannotStartTitle: 'Sterownia nie może się uruchomić',
  cannotOpenWorkspace: 'Nie można otworzyć obszaru roboczego.',
  crashTitle: 'Sterownia musiała się zatrzymać',
  crashBody: 'Wystąpił błąd, po którym konsola nie może działać dalej. Nic nie zostaje w połowie bez śladu: następne uruchomienie to dokończy albo cofnie. Dziennik programu jest w {folder}.',
  rejectionTitle: 'Coś nie powiodło się w tle',
  rejectionBody: 'Konsola działa dalej, ale zadanie w tle nie powiodło się. Dziennik programu jest w {folder}.',
  pageGoneTitle: 'Okno przestało działać',
  pageGoneBody: 'Strona w tym oknie zakończyła się ({reason}). Konsola działa dalej, trwające operacje nie są przerwane.',
  pageStuckTitle: 'Okno nie odpowiada',
  pageStuckBody: 'Strona w tym oknie od jakiegoś czasu nie odpowiada. Trwające operacje nie są przerwane.',
  reloadNow: 'Wczytaj ponownie',
  wait: 'Czekaj',
  close: 'Zamknij',
  closeWhileBusyTitle: 'Trwa operacja',
  closeWhileBusyBody: 'Trwające operacje, które zmieniają pliki: {count}. Zakończenie zatrzyma każdą po bieżącej pozycji; to, co zrobione, zostaje i można to cofnąć.',
  stay: 'Zostań',
  quitAnyway: 'Zakończ mimo to',
};

export const shellText: Readonly<Record<Language, ShellText>> = { en: english, pl: polish };

/** The preference where there is one, else the language of the operating system, else English. */
export function chooseLanguage(preference: Language | null, locale: string): Language {
  if (preference !== null) return preference;
  return languages.find((language) => locale.toLowerCase().split(/[-_]/u)[0] === language) ?? 'en';
}

/** The sentence of a notification; one of an unknown kind is shown with its facts, never hidden. */
export function noticeText(text: ShellText, kind: string, params: Readonly<Record<string, string | number>>): string {
  const sentence = Object.entries(text).find(([key]) => key === `notice_${kind}`)?.[1];
  if (sentence !== undefined) return fill(sentence, params);
  return [kind, ...Object.entries(params).map(([name, value]) => `${name}: ${String(value)}`)].join(' · ');
}

export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{(\w+)\}/gu, (whole, key: string) => String(values[key] ?? whole));
}
