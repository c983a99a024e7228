/** Mniejsze panele: zatwierdzenia, kosz, dziennik, ustawienia. */
export const places = {
  approvals: {
    scope: 'Które plany', waiting: 'Otwarte', done: 'Zakończone', all: 'Wszystkie', open: '{{act}}, otwórz plan {{id}}', requested: 'prośba o zatwierdzenie:',
    column: { act: 'Czynność', status: 'Stan', items: 'Pozycje', files: 'Pliki', size: 'Rozmiar', author: 'Autor', created: 'Utworzono', valid: 'Ważny do' },
    empty_waiting: 'Nie ma otwartych planów', empty_done: 'Nie ma zakończonych planów', empty_all: 'Nie ma jeszcze planów', empty_hint: 'Tu widać plany utworzone w ReportCenter, w koszu lub w wierszu poleceń.',
    more_one: 'Pokaż jeszcze {{count}}', more_few: 'Pokaż jeszcze {{count}}', more_many: 'Pokaż jeszcze {{count}}', more_other: 'Pokaż jeszcze {{count}}',
  },
  trash: {
    unknown: 'Stan kosza jest nieznany', state_one: '{{count}} pozycja, {{size}}', state_few: '{{count}} pozycje, {{size}}', state_many: '{{count}} pozycji, {{size}}', state_other: '{{count}} pozycji, {{size}}', empty_all: 'Opróżnij kosz', empty_expired: 'Opróżnij z tego, czemu minął czas',
    none: 'Kosz jest pusty', none_hint: 'To, co usuniesz lub wyczyścisz w ReportCenter, leży tu do końca czasu przechowywania i da się przywrócić.', kept_forever: 'bez końca', open: '{{act}}, otwórz pozycję {{id}}', details: 'Szczegóły pozycji kosza {{id}}',
    column: { act: 'Skąd', status: 'Stan', files: 'Pliki', size: 'Rozmiar', created: 'Usunięto', keep_until: 'Przechowywane do', actor: 'Kto' },
    files_one: '{{count}} plik lub katalog', files_few: '{{count}} pliki i katalogi', files_many: '{{count}} plików i katalogów', files_other: '{{count}} pliku lub katalogu', not_here: 'nie ma', base: 'Pochodzi z', location: 'Leży w', restore: 'Przywróć', destroy: 'Zniszcz na zawsze',
    restore_title: 'Przywracanie z kosza', restore_text: 'Treść, czasy i prawa wracają takie, jakie były. Nic, co stoi na ich miejscu, nie zostanie nadpisane bez twojej decyzji.', on_conflict: 'Gdy na miejscu coś już jest',
    restoring: 'Przywracanie', conflicts: 'Konflikty', restored_one: 'przywrócono {{count}}', restored_few: 'przywrócono {{count}}', restored_many: 'przywrócono {{count}}', restored_other: 'przywrócono {{count}}',
  },
  journal: {
    state_unknown: 'W tym uruchomieniu jeszcze niezweryfikowany', state_one: '{{count}} wpis, {{status}}, {{at}}', state_few: '{{count}} wpisy, {{status}}, {{at}}', state_many: '{{count}} wpisów, {{status}}, {{at}}', state_other: '{{count}} wpisu, {{status}}, {{at}}',
    verify: 'Zweryfikuj dziennik', verifying: 'Weryfikacja', found_one: 'Dziennik {{status}}, {{count}} wpis', found_few: 'Dziennik {{status}}, {{count}} wpisy', found_many: 'Dziennik {{status}}, {{count}} wpisów', found_other: 'Dziennik {{status}}, {{count}} wpisu',
    checkpoints_one: '{{count}} podpisany punkt kontrolny', checkpoints_few: '{{count}} podpisane punkty kontrolne', checkpoints_many: '{{count}} podpisanych punktów kontrolnych', checkpoints_other: '{{count}} podpisanego punktu kontrolnego',
    unsigned_one: '{{count}} wpis po ostatnim z nich jest w łańcuchu, ale jeszcze bez podpisu', unsigned_few: '{{count}} wpisy po ostatnim z nich są w łańcuchu, ale jeszcze bez podpisu', unsigned_many: '{{count}} wpisów po ostatnim z nich jest w łańcuchu, ale jeszcze bez podpisu', unsigned_other: '{{count}} wpisu po ostatnim z nich jest w łańcuchu, ale jeszcze bez podpisu',
    accept: 'Uznaj dziennik', accept_reason: 'Dlaczego zostaje uznany', accept_hint: 'Tylko po przywróceniu starszej kopii. Co najmniej 10 znaków; dziennik je zachowa.',
    head: 'Skrót ostatniego wpisu', entry: 'Wpis {{seq}}', open: 'Otwórz wpis {{seq}}', older: 'Pokaż starsze wpisy', none: 'Brak wpisów', none_hint: 'Każda czynność człowieka lub pętli zostawia tu wpis. Jeśli ustawiono filtry, usuń któryś.',
    column: { seq: 'Nr', at: 'Kiedy', type: 'Rodzaj', stage: 'Etap', actor: 'Kto', subject: 'Czynność' },
    filter: { query: 'Szukaj', type: 'Rodzaj', subject: 'Czynność (np. plan)', since: 'Od', until: 'Do' },
    operation: 'Operacja', hash: 'Skrót', prev: 'Skrót poprzedniego', data: 'Treść', related: 'Inne wpisy tej samej czynności',
  },
  settings: {
    state: '{{name}}, {{role}}, obszar roboczy {{workspace}}', preferences: 'Preferencje', language: 'Język', theme: 'Motyw', density: 'Układ', page_size: 'Wierszy na stronie',
    policy: 'Polityka', policy_hint: 'Tu tylko do odczytu. Ustawia się ją w pliku', approval_of: 'Zatwierdzenie: {{act}}', unapproved: 'Ważność bez zatwierdzenia', approved: 'Ważność po zatwierdzeniu', retention: 'Przechowywanie w koszu', days_one: '{{count}}\u00a0dzień', days_few: '{{count}}\u00a0dni', days_many: '{{count}}\u00a0dni', days_other: '{{count}}\u00a0dnia',
    protected: 'Chronione ścieżki', archive_roots: 'Dalsze katalogi archiwów', admins: 'Administratorzy', viewers: 'Obserwatorzy', nothing: 'brak', key: 'Klucz urządzenia', key_id: 'Klucz', key_warning: 'Klucz podpisujący dziennik nie leży w pęku kluczy.',
    engines: 'Silniki i wersje', check: 'Sprawdzenie obszaru roboczego', check_hint: 'Dokańcza lub wycofuje to, co zostało po awarii, a potem szuka każdego pliku na swoim miejscu, w koszu albo w sprawdzonym archiwum.', check_run: 'Sprawdź', check_digests: 'Przeczytaj ponownie każdy zarchiwizowany plik',
    check_plans_one: '{{count}} plan', check_plans_few: '{{count}} plany', check_plans_many: '{{count}} planów', check_plans_other: '{{count}} planu',
  },
} as const;
