export { keeperInput, keeperOutput, type KeeperInput, type KeeperOutput } from './keeping-io.ts';
export {
  readOf,
  readsInput,
  readsOutput,
  type ReadCall,
  type ReadsInput,
  type ReadsOutput,
} from './read-calls.ts';
export { lockToMake, toArchive, type SeenLock } from './tend.ts';
export {
  archivistReply,
  archivistRequest,
  disposerReply,
  disposerRequest,
  tendingReply,
  tendingRequest,
  type ArchivistReply,
  type ArchivistRequest,
  type DisposerReply,
  type DisposerRequest,
  type Standing,
  type TendingReply,
  type TendingRequest,
} from './tending-io.ts';
export { whyNotYet, type Disposable } from './why-not-yet.ts';
