export { DECOY } from './decoy.ts';
