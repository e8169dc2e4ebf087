/** @typedef {"major" | "minor" | "neutral"} Severity */

/**
 * The error categories of Freitag et al. (2021), "Experts, Errors, and Context", table 12, written
 * as in the data published with it.
 */
export const CATEGORIES = [
  "Accuracy/Addition",
  "Accuracy/Omission",
  "Accuracy/Mistranslation",
  "Accuracy/Untranslated text",
  "Fluency/Character encoding",
  "Fluency/Grammar",
  "Fluency/Inconsistency",
  "Fluency/Punctuation",
  "Fluency/Register",
  "Fluency/Spelling",
  "Terminology/Inappropriate for context",
  "Terminology/Inconsistent use of terminology",
  "Style/Awkward",
  "Locale convention/Address format",
  "Locale convention/Currency format",
  "Locale convention/Date format",
  "Locale convention/Name format",
  "Locale convention/Telephone format",
  "Locale convention/Time format",
  "Non-translation!",
  "Source error",
  "Other",
];

/** From the gravest; what each means to a reader of the translation stands in the page's words. */
export const MQM_SEVERITIES = /** @type {const} */ (["major", "minor", "neutral"]);

/**
 * What an error costs by the weights of Freitag et al. (2021), section 3.3.
 *
 * @param {{ category: string, severity: Severity }} error
 */
export function weight({ category, severity }) {
  if (severity === "neutral") return 0;
  if (severity === "major") return category === "Non-translation!" ? 25 : 5;
  return category === "Fluency/Punctuation" ? 0.1 : 1;
}
