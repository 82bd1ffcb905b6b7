/** Whether a text looks like what it is, so that a rule made of it can be offered, written down and read again. */

/** Controls, what steers the direction of writing, what is not seen, and blanks that are none. */
const deceiving = /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/u;

export const isPlainlyShown = (text: string): boolean => !deceiving.test(text);
