namespace MLNet.MultiTask.Trees;

/// <summary>One column's bins before they are laid out in blocks.</summary>
/// <param name="Column">How the bins were found.</param>
/// <param name="Bins">Bin of each position; 0 where the column is sparse; rented.</param>
/// <param name="Unusual">The cells not in the usual bin; null where the column is dense.</param>
internal sealed unsafe record BinnedCells(BinnedColumn Column, nint Bins, (int Row, byte Bin)[]? Unusual)
{
    /// <summary>Bins a number or a category; null where all cells are in one bin.</summary>
    public static BinnedCells? Of(TaskTable table, int[] rows, CategorySlots source, int maxBins, BinScratch scratch)
    {
        byte* rented = scratch.RentColumn();
        var bins = new Span<byte>(rented, rows.Length);
        BinnedColumn column = source.Count > 1 ? Category(table, rows, source, bins)
            : Number(table, rows, source.First, maxBins, scratch, bins);
        var counts = new int[column.BinCount + 1];
        foreach (byte bin in bins)
            counts[bin]++;
        int usual = 0;
        for (int b = 1; b < counts.Length; b++)
            usual = counts[b] > counts[usual] ? b : usual;
        if (counts[usual] == rows.Length)
        {
            scratch.ReturnColumn(rented);
            return null;
        }
        column = column with { UsualBin = usual };
        int unusual = rows.Length - counts[usual];
        if (unusual > BinnedRows.MaxDensity * rows.Length)
            return new BinnedCells(column, (nint)rented, null);
        var cells = new (int, byte)[unusual];
        for (int p = 0, next = 0; p < bins.Length; p++)
            if (bins[p] != usual)
                cells[next++] = (p, bins[p]);
        scratch.ReturnColumn(rented);
        return new BinnedCells(column, 0, cells);
    }

    private static BinnedColumn Number(TaskTable table, int[] rows, int feature, int maxBins, BinScratch scratch,
        Span<byte> bins)
    {
        float* rented = scratch.RentSample();
        var sample = new Span<float>(rented, scratch.SampleCount);
        for (int i = 0; i < sample.Length; i++)
            sample[i] = Value(table, rows[(int)((long)i * rows.Length / sample.Length)], feature);
        FeatureBins found = FeatureBins.Of(sample, maxBins);
        scratch.ReturnSample(rented);
        for (int p = 0; p < rows.Length; p++)
            bins[p] = (byte)found.Bin(Value(table, rows[p], feature));
        return new BinnedColumn(feature, 1, found.Edges, found.Count);
    }

    /// <summary>Bins are slots, the most frequent first; beyond 255 they count as missing.</summary>
    private static BinnedColumn Category(TaskTable table, int[] rows, CategorySlots source, Span<byte> bins)
    {
        var slots = new int[rows.Length];
        var scratch = new float[table.Features.IsSparse ? table.FeatureCount : 0];
        var counts = new int[source.Count];
        for (int p = 0; p < rows.Length; p++)
        {
            slots[p] = table.Features.Row(rows[p], scratch).Slice(source.First, source.Count)
                .IndexOfAnyExcept(0f, float.NaN);
            if (slots[p] >= 0)
                counts[slots[p]]++;
        }
        int[] kept = [.. Enumerable.Range(0, source.Count).Where(s => counts[s] > 0).OrderByDescending(s => counts[s])
            .Take(FeatureBins.MaxCount)];
        var bin = new int[source.Count];
        Array.Fill(bin, kept.Length);
        for (int b = 0; b < kept.Length; b++)
            bin[kept[b]] = b;
        for (int p = 0; p < rows.Length; p++)
            bins[p] = (byte)(slots[p] < 0 ? kept.Length : bin[slots[p]]);
        return new BinnedColumn(source.First, source.Count, [], kept.Length) { Slots = kept };
    }

    private static float Value(TaskTable table, int row, int feature) =>
        table.Features[row, feature];
}
