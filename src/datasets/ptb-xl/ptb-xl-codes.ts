/**
 * The 71 SCP-ECG statements that PTB-XL uses, by what they are (d diagnostic, f form, r rhythm), diagnostic class and subclass
 * (facts of `scp_statements.csv`; Wagner et al. 2020, CC BY 4.0). Real copies bring their own file; this is for virtual ones.
 */
const groups: readonly (readonly [kinds: string, superclass: string, subclass: string, codes: string])[] = [
  ["df", "STTC", "STTC", "NDT DIG LNGQT"],
  ["df", "STTC", "NST_", "NST_"],
  ["d", "NORM", "NORM", "NORM"],
  ["d", "MI", "IMI", "IMI ILMI IPLMI IPMI INJIN INJIL"],
  ["d", "MI", "AMI", "ASMI AMI ALMI INJAS INJAL INJLA"],
  ["d", "HYP", "LVH", "LVH"],
  ["d", "CD", "LAFB/LPFB", "LAFB LPFB"],
  ["d", "STTC", "ISC_", "ISC_"],
  ["d", "CD", "IRBBB", "IRBBB"],
  ["d", "CD", "_AVB", "1AVB 3AVB 2AVB"],
  ["d", "CD", "IVCD", "IVCD"],
  ["d", "STTC", "ISCA", "ISCAL ISCAS ISCLA ISCAN"],
  ["d", "CD", "CRBBB", "CRBBB"],
  ["d", "CD", "CLBBB", "CLBBB"],
  ["d", "HYP", "LAO/LAE", "LAO/LAE"],
  ["d", "STTC", "ISCI", "ISCIN ISCIL"],
  ["d", "MI", "LMI", "LMI"],
  ["d", "HYP", "RVH", "RVH"],
  ["d", "STTC", "STTC", "ANEUR EL"],
  ["d", "HYP", "RAO/RAE", "RAO/RAE"],
  ["d", "CD", "WPW", "WPW"],
  ["d", "CD", "ILBBB", "ILBBB"],
  ["d", "HYP", "SEHYP", "SEHYP"],
  ["d", "MI", "PMI", "PMI"],
  ["f", "", "", "ABQRS PVC STD_ VCLVH QWAVE LOWT NT_ PAC LPR INVT LVOLT HVOLT TAB_ STE_ PRC(S)"],
  ["r", "", "", "SR AFIB STACH SARRH SBRAD PACE SVARR BIGU AFLT SVTAC PSVT TRIGU"],
];

/** A table with the columns of `scp_statements.csv` that are read. */
export function encodePtbXlStatements(): string {
  const rows = groups.flatMap(([kinds, superclass, subclass, codes]) =>
    codes.split(" ").map((code) => {
      const flags = ["d", "f", "r"].map((kind) => (kinds.includes(kind) ? "1.0" : ""));
      return [code, ...flags, superclass, subclass].join(",");
    }),
  );
  return [",diagnostic,form,rhythm,diagnostic_class,diagnostic_subclass", ...rows, ""].join("\n");
}
