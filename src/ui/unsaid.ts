/** A failure that was waited out in vain is told in the words that told of its first attempt, and a few more. */

/** What the message adds to what stands above it already; all of it, if that is nothing. @param told null: nothing does. */
export function unsaid(message: string, told: string | null): string {
  if (told === null || !message.startsWith(told)) return message;
  return message.slice(told.length).trim() || message;
}
