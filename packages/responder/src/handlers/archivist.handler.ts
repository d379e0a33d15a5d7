import { archivistReply, archivistRequest } from '@cordon/incident/keeping';
import { archivist } from '../archivist/archivist.ts';
import { lambda } from '../lambda.ts';

/** Called once a day by its schedule, and by the desk for an incident that is put under hold; deployed in the evidence account. */
export const handler = lambda(archivistRequest, archivistReply, archivist);
