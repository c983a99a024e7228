/** Decisions: the decision journal that the bot and the console both append to, and the number and time texts it shares. */
export { decisionEntry, systemFields, type DecisionEntry, type DecisionEvent, type SystemField } from './entry.ts';
export {
  addMicros, instantMicros, microsText, nowMicros, parseEpoch, parseInstant, secondsMicros, secondsOf, type Micros,
} from './instants.ts';
export {
  appendDecision, decisionFile, decisionFolder, decisionLine, ensureDecision, readDecisions, type DecisionQuery, type DecisionsFound,
} from './journal.ts';
export { canonicalText, decimalText, fixedText, floatText } from './numberText.ts';
export { guardrailMark, guardrailNames, type GuardrailMark } from './marks.ts';
export { openDecisionTail, type DecisionTail, type TailOptions, type TailRead } from './tail.ts';
export { openDecisionScan, type DecisionScan, type Found, type ScanOptions } from './window.ts';
