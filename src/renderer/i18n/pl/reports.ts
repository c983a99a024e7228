/** ReportCenter. */
export const reports = {
  views: 'Widoki raportów',
  view: { table: 'Raporty', categories: 'Sumy kategorii', charts: 'Wykresy' },
  state: {
    reading: 'Trwa odczyt raportów', unknown: 'Stan raportów jest nieznany',
    count_one: '{{shown}} raport', count_few: '{{shown}} raporty', count_many: '{{shown}} raportów', count_other: '{{shown}} raportu',
    latest: 'ostatnia zmiana', invalid_one: '{{count}} uszkodzone podsumowanie', invalid_few: '{{count}} uszkodzone podsumowania', invalid_many: '{{count}} uszkodzonych podsumowań', invalid_other: '{{count}} uszkodzonego podsumowania',
    missing_one: '{{count}} bez podsumowania', missing_few: '{{count}} bez podsumowania', missing_many: '{{count}} bez podsumowania', missing_other: '{{count}} bez podsumowania', stale: 'stan z chwili',
  },
  totals: { invalid_one: '{{count}} uszkodzone', invalid_few: '{{count}} uszkodzone', invalid_many: '{{count}} uszkodzonych', invalid_other: '{{count}} uszkodzonego', missing_one: '{{count}} brakujące', missing_few: '{{count}} brakujące', missing_many: '{{count}} brakujących', missing_other: '{{count}} brakującego' },
  act: {
    open: 'Działania na raportach', delete: 'Usuń ten raport', delete_this: 'Usuń {{report}}', purge: 'Wyczyść według filtra', archive: 'Archiwizuj według filtra',
    scope_one: 'obejmie {{shown}} raport pasujący do filtrów', scope_few: 'obejmie wszystkie {{shown}} raporty pasujące do filtrów, nie tylko tę stronę',
    scope_many: 'obejmie wszystkie {{shown}} raportów pasujących do filtrów, nie tylko tę stronę', scope_other: 'obejmie {{shown}} raportu pasującego do filtrów, nie tylko tę stronę',
    scope_unknown: 'obejmie wszystko, co pasuje do filtrów, nie tylko tę stronę',
  },
  filter: {
    title: 'Filtry', query: 'Szukaj', category: 'Kategoria', since: 'Zmienione od', until: 'Zmienione do', summary_status: 'Podsumowanie', has_exports: 'Eksporty',
    open: 'Otwórz listę', clear_choice: 'Wyczyść', no_category: 'Nie ma takiej kategorii',
    in_force: 'Obowiązujące filtry', clear: 'Usuń wszystkie filtry', copy_address: 'Kopiuj adres tego zestawu filtrów',
  },
  sets: { open: 'Zapisane filtry', none: 'Nie ma jeszcze zapisanych filtrów. Ustaw filtry, nadaj im nazwę i zapisz je tutaj.', name: 'Nazwa dla obecnych filtrów', save: 'Zapisz', remove: 'Usuń zapisane filtry {{name}}', saved_by: 'autor zapisu: {{name}}' },
  column: {
    name: 'Raport', category: 'Kategoria', summary: 'Podsumowanie', updated_at: 'Ostatnia zmiana', created_at: 'Utworzono', size: 'Rozmiar', files: 'Pliki', exports: 'Eksporty', actions: 'Usuń',
    count: 'Raporty', summaries: 'Podsumowania', earliest: 'Najwcześniejsza', latest: 'Najpóźniejsza', path: 'Ścieżka', role: 'Rola',
  },
  problems_one: '{{count}} problem', problems_few: '{{count}} problemy', problems_many: '{{count}} problemów', problems_other: '{{count}} problemu',
  empty: {
    none: 'Nie ma jeszcze raportów', none_hint: 'Raporty, które bot zapisze w {{base}}, pojawią się tu w ciągu sekundy.',
    filtered: 'Żaden raport nie pasuje do filtrów', filtered_hint: 'Usuń któryś filtr albo poszerz zakres dat.',
  },
  details: {
    title: 'Szczegóły raportu {{report}}', directory: 'Katalog', summary: 'Podsumowanie', no_summary: 'Ten raport nie ma pliku summary.json.', empty_summary: 'W podsumowaniu nie ma czytelnych danych.',
    files_one: '{{count}} plik', files_few: '{{count}} pliki', files_many: '{{count}} plików', files_other: '{{count}} pliku', open_folder: 'Otwórz katalog', folder_is: 'Nie ma tu menedżera plików. Katalog to {{path}}', copy_address: 'Kopiuj adres tego raportu',
  },
  charts: {
    equity: 'Krzywa kapitału', assets: 'Aktywa', no_equity: 'Brak krzywej kapitału', no_equity_hint: 'Tu rysowane są raporty, których podsumowanie zawiera krzywą kapitału. Poszerz filtry albo sprawdź, czy podsumowania są zapisywane.',
    no_assets: 'Brak wyników aktywów', no_assets_hint: 'Tu widać raporty, których podsumowanie zawiera wyniki poszczególnych aktywów.',
    points_one: 'Narysowano {{drawn}} z {{all}} punktu.', points_few: 'Narysowano {{drawn}} z {{all}} punktów.', points_many: 'Narysowano {{drawn}} z {{all}} punktów.', points_other: 'Narysowano {{drawn}} z {{all}} punktu.',
    downsampled: 'Każdy odcinek czasu zachowuje wartość najniższą, najwyższą i ostatnią.',
    hidden_one: 'Nie narysowano {{count}} kategorii o mniejszej liczbie punktów.', hidden_few: 'Nie narysowano {{count}} kategorii o mniejszej liczbie punktów.', hidden_many: 'Nie narysowano {{count}} kategorii o mniejszej liczbie punktów.', hidden_other: 'Nie narysowano {{count}} kategorii o mniejszej liczbie punktów.',
    unreadable_one: '{{count}} punkt nie ma czytelnego czasu lub wartości.', unreadable_few: '{{count}} punkty nie mają czytelnego czasu lub wartości.', unreadable_many: '{{count}} punktów nie ma czytelnego czasu lub wartości.', unreadable_other: '{{count}} punktu nie ma czytelnego czasu lub wartości.',
    sum_of_one: 'z {{count}} źródła', sum_of_few: 'suma z {{count}} źródeł', sum_of_many: 'suma z {{count}} źródeł', sum_of_other: 'suma z {{count}} źródła', assets_hint: 'Każda liczba jest sumą tego, co o aktywie mówią pasujące raporty; po wskazaniu widać poszczególne wartości.',
    more_assets_one: 'Nie pokazano {{count}} aktywa o mniejszym wyniku.', more_assets_few: 'Nie pokazano {{count}} aktywów o mniejszych wynikach.', more_assets_many: 'Nie pokazano {{count}} aktywów o mniejszych wynikach.', more_assets_other: 'Nie pokazano {{count}} aktywa o mniejszych wynikach.',
  },
} as const;
