/** Name of the error with which a closed ledger refuses another entry: nothing may follow a seal. */
export const LEDGER_SEALED = 'LedgerSealed';
