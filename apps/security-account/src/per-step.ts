import type { StepName } from '@cordon/incident';

/** A value for each step; the compiler sees to it that none is forgotten. */
export const perStep = <Value>(make: (step: StepName) => Value): Readonly<Record<StepName, Value>> => ({
  intake: make('intake'),
  inspect: make('inspect'),
  protect: make('protect'),
  freeze: make('freeze'),
  'isolate-network': make('isolate-network'),
  'revoke-credentials': make('revoke-credentials'),
  'trace-sessions': make('trace-sessions'),
  'open-path': make('open-path'),
  'close-openings': make('close-openings'),
  'verify-containment': make('verify-containment'),
  'capture-memory': make('capture-memory'),
  stop: make('stop'),
  replace: make('replace'),
  'hand-over': make('hand-over'),
  'take-custody': make('take-custody'),
  'hash-blocks': make('hash-blocks'),
  investigate: make('investigate'),
  'end-machines': make('end-machines'),
  seal: make('seal'),
  release: make('release'),
  'lift-due': make('lift-due'),
  watch: make('watch'),
});
