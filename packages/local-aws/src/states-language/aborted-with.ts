import { setMaxListeners } from 'node:events';

/**
 * A controller whose signal its parent aborts too. Abort it when nobody needs it any more, so that the parent forgets it.
 * `AbortSignal.any`, or a listener that is bound to a signal, would do: but Node then holds what listens, and with it the whole organization of an execution that
 * was left in the middle.
 */
export const abortedWith = (parent: AbortSignal): AbortController => {
  const own = new AbortController();
  // As many as run side by side: Node would take more than ten for a mistake.
  setMaxListeners(0, parent, own.signal);
  if (parent.aborted) {
    own.abort(parent.reason);
    return own;
  }
  const forward = (): void => own.abort(parent.reason);
  parent.addEventListener('abort', forward, { once: true });
  own.signal.addEventListener('abort', () => parent.removeEventListener('abort', forward), { once: true });
  return own;
};
