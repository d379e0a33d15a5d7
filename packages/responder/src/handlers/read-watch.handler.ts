import { readsInput, readsOutput } from '@cordon/incident/keeping';
import { noteReads } from '../keeper/note-reads.ts';
import { lambda } from '../lambda.ts';

/** Called by the queue of reads alone; runs under the recorder's role in the evidence account. */
export const handler = lambda(readsInput, readsOutput, noteReads);
