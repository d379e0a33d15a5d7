/** Where in a definition something stands: the state (or `state machine`) and the field, as `Catch[0].ErrorEquals`. */
export type Place = { readonly state: string; readonly field: string };

/** The definition breaks a rule of the language, or uses a part of it that this interpreter does not know. */
export class DefinitionError extends Error {
  override readonly name = 'DefinitionError';
  /** The state's name, or `state machine` for the top level. */
  readonly state: string;
  /** The field, with its path inside the state. */
  readonly field: string;

  /** `reason` says what was found and what would be accepted. */
  constructor(place: Place, reason: string) {
    super(`${place.state}: field ${place.field}: ${reason}`);
    this.state = place.state;
    this.field = place.field;
  }
}
