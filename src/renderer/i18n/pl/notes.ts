/** Zdania, które silniki wstawiają w wyniki; kody i ich fakty są w umowie. */
export const notes = {
  policy_key_unknown: 'Ta wersja nie zna klucza „{{key}}”; nie ma on żadnego skutku.',
  policy_gate_unknown: 'approval."{{operation}}" nie wskazuje operacji, którą można objąć zatwierdzaniem.',
  policy_damaged: 'Nie można odczytać pliku {{path}}. Do czasu naprawy każdy plan wymaga zatwierdzenia.',
  policy_newer: 'Plik {{path}} zapisała nowsza wersja. Do czasu jego wymiany każdy plan wymaga zatwierdzenia.',

  keyring_switched_off: 'Pęk kluczy systemu nie jest używany: STEROWNIA_KEYRING ma wartość {{mode}}. Klucz urządzenia leży w pliku dostępnym tylko dla tego użytkownika, w katalogu {{folder}}.',
  keyring_silent: 'Pęk kluczy systemu nie jest używany: nie odpowiedział w ciągu {{milliseconds}} ms. Klucz urządzenia leży w pliku dostępnym tylko dla tego użytkownika, w katalogu {{folder}}.',
  keyring_forgetful: 'Pęk kluczy systemu nie jest używany: nie zachował tego, co w nim zapisano. Klucz urządzenia leży w pliku dostępnym tylko dla tego użytkownika, w katalogu {{folder}}.',
  keyring_unavailable: 'Pęk kluczy systemu nie jest używany; system podaje: {{system}}. Klucz urządzenia leży w pliku dostępnym tylko dla tego użytkownika, w katalogu {{folder}}.',
  key_unusable: 'Nie ma klucza urządzenia, którego można użyć; system podaje: {{system}}',

  folder_not_writable: 'to konto nie może pisać w katalogu {{path}}',
  watching_by_looking: 'System nie powiadamia o zmianach; katalogi są przeglądane co kilka sekund ({{system}})',

  protected_console: 'konsola trzyma tu swoje plany, kosz i dowody',
  protected_rule: 'chroni to reguła {{rule}} z pliku config/console.json',
  protected_trash_console: 'zawiera pliki z miejsca, w którym konsola trzyma swoje plany, kosz i dowody',
  protected_trash_rule: 'zawiera pliki z miejsca, które chroni reguła {{rule}} z pliku config/console.json',

  drift_gone: 'już tego nie ma',
  drift_appeared: 'nie było tego, gdy powstawał plan',
  drift_kind: 'rodzaj się zmienił: był {{was}}, jest {{is}}',
  drift_replaced: 'w tym miejscu jest teraz co innego',
  drift_size: 'rozmiar się zmienił: było {{was}} B, jest {{is}} B',
  drift_written: 'od tego czasu coś tu zapisano',
  drift_protected: 'chroni to reguła {{rule}}',

  nothing_to_remove: 'Nie ma tu nic do usunięcia.',
  nothing_to_archive: 'Nie ma tu nic do zarchiwizowania.',
  report_unreadable: 'Nie można odczytać: {{path}}',
  exists_already: '{{path}} już istnieje.',
  place_behind_link: '{{path}}: dowiązanie wyprowadza poza katalog docelowy.',
  place_is_destination: '{{path}}: kopia zajęłaby miejsce samego katalogu docelowego.',
  place_in_reports: '{{path}}: kopia trafiłaby do katalogu raportów.',
  place_in_console: '{{path}}: kopia trafiłaby w miejsce należące do konsoli.',
  place_taken: '{{path}}: w to samo miejsce trafia inna kopia z tego planu.',
  old_copy_stays: 'Nie udało się odsunąć starej kopii: {{path}} ({{system}})',

  refused: '{{path}}: system odmówił ({{system}})',
  stayed: 'To, co pojawiło się w trakcie, zostało na miejscu (ile: {{number}}); pierwsze z nich: {{path}}',
  not_destroyed: 'Nie wszystko dało się zniszczyć (zostało: {{number}}): {{path}} ({{system}})',
  not_destroyed_in_trash: 'Nie wszystko dało się zniszczyć; w koszu zostało: {{number}}. Pierwsze z nich: {{path}} ({{system}})',
  interrupted: 'przerwane przez awarię',
  interrupted_left: 'przerwane; nie usunięto {{number}} z {{total}}',
  interrupted_archive: 'przerwane przed zarchiwizowaniem',
  interrupted_emptying: 'przerwane przed opróżnieniem',

  trash_interrupted_moving: 'przerwane w trakcie przenoszenia',
  trash_interrupted_destroying: 'przerwane w trakcie niszczenia',
  trash_no_document: 'pozycja nie ma swojego dokumentu; to, co zawiera, leży w jej katalogu',
  trash_moving_in: 'coś jest właśnie przenoszone do tej pozycji albo było, gdy konsola się zatrzymała; uruchom „sterownia workspace check”',
} as const;
