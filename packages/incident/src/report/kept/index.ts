export { keptPage } from './kept-page.ts';
export { keptReport, type FoundRecording, type KeptReport } from './kept-report.ts';
