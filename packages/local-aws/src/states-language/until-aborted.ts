import { BranchAborted } from './state-failure.ts';

/**
 * What `work` gives, unless `signal` fires first: then BranchAborted at once, and whatever `work` comes to later is ignored.
 */
export async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = (): void => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(new BranchAborted('stopped from outside'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    const value = await Promise.race([work, aborted]);
    // Both may have happened in one turn of the loop: an aborted branch does nothing more.
    if (signal.aborted) throw new BranchAborted('stopped from outside');
    return value;
  } catch (error) {
    if (signal.aborted) throw new BranchAborted('stopped from outside');
    throw error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
