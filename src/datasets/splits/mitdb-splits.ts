const ids = (list: string): readonly string[] => list.split(" ");

/** Records with paced beats, left out of beat classification as AAMI EC57 asks. */
export const mitdbPaced = ids("102 104 107 217");

/** The training records of the inter-patient split (de Chazal et al. 2004). */
export const mitdbDs1 = ids("101 106 108 109 112 114 115 116 118 119 122 124 201 203 205 207 208 209 215 220 223 230");

/** The test records of the inter-patient split (de Chazal et al. 2004). */
export const mitdbDs2 = ids("100 103 105 111 113 117 121 123 200 202 210 212 213 214 219 221 222 228 231 232 233 234");
