/** One weight per row: ones for the data as they are, in a resample how often each row was drawn. */
export type RowWeights = Float64Array;
