using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Trees;

/// <summary>
/// Rows of a table with every feature in at most 255 bins of about equal weight and one for missing values. Columns
/// that are the same everywhere are left out; those with few unusual cells are kept sparse.
/// </summary>
internal sealed unsafe class BinnedRows
{
    /// <summary>Largest share of unusual cells of a column that is kept sparse.</summary>
    public const double MaxDensity = 0.2;

    private const int SampleRows = 200_000;

    private readonly ColumnBlock[] _blockOf;

    private BinnedRows(TaskTable table, int[] rows, BinnedColumn[] columns, ColumnBlock[] blocks)
    {
        (Table, Rows, Columns, Blocks) = (table, rows, columns, blocks);
        _blockOf = new ColumnBlock[columns.Length];
        int slot = 0;
        foreach (ColumnBlock block in blocks)
        {
            Array.Fill(_blockOf, block, block.First, block.Count);
            block.FirstSlot = slot;
            for (int c = block.First; c < block.First + block.Count; c++)
            {
                columns[c].Offset = slot;
                slot += columns[c].BinCount + 1;
            }
            block.SlotCount = slot - block.FirstSlot;
        }
        SlotCount = slot;
    }

    /// <summary>Where the features are.</summary>
    public TaskTable Table { get; }

    /// <summary>Row of the table at each position; a row may be there more than once.</summary>
    public int[] Rows { get; }

    /// <summary>The columns that differ somewhere, dense ones first.</summary>
    public BinnedColumn[] Columns { get; }

    /// <summary>The columns' bins.</summary>
    public ColumnBlock[] Blocks { get; }

    /// <summary>Histogram entries of all columns.</summary>
    public int SlotCount { get; }

    /// <summary>The bins of a column at some positions.</summary>
    public void CopyBins(int column, ReadOnlySpan<int> positions, Span<byte> bins)
    {
        ColumnBlock block = _blockOf[column];
        byte own = (byte)(column - block.First), usual = (byte)Columns[column].UsualBin;
        for (int i = 0; i < positions.Length; i++)
        {
            int p = positions[i];
            if (block.Starts is null)
            {
                bins[i] = block.Bins[(long)p * block.Count + own];
                continue;
            }
            int from = block.Starts[p];
            int entry = block.Columns.AsSpan(from, block.Starts[p + 1] - from).IndexOf(own);
            bins[i] = entry < 0 ? usual : block.Bins[from + entry];
        }
    }

    /// <summary>Finds the bins and counts every cell into them.</summary>
    public static BinnedRows Create(TaskTable table, int[] rows, int maxBins, int threads,
        IReadOnlyList<CategorySlots>? categories = null)
    {
        var sources = Sources(table.FeatureCount, categories ?? []);
        var binned = new BinnedCells?[sources.Count];
        // A wave of columns at a time: what is not yet laid out takes a byte a cell once more.
        var dense = new List<BinnedCells>();
        var sparse = new List<BinnedCells>();
        var denseBlocks = new List<ColumnBlock>();
        var pending = new List<BinnedCells>();
        using var scratch = new BinScratch(rows.Length, SampleRows);
        int wave = Math.Max(ColumnBlock.DenseColumns, threads);
        for (int first = 0; first < sources.Count; first += wave)
        {
            int start = first;
            SharedPool.Run(Math.Min(wave, sources.Count - first), threads, i =>
                binned[start + i] = BinnedCells.Of(table, rows, sources[start + i], maxBins, scratch));
            for (int i = first; i < Math.Min(first + wave, sources.Count); i++)
            {
                BinnedCells? cells = binned[i];
                binned[i] = null;
                if (cells?.Unusual is not null)
                    sparse.Add(cells);
                else if (cells is not null)
                    pending.Add(cells);
                if (pending.Count == ColumnBlock.DenseColumns)
                    Flush();
            }
        }
        Flush();
        var blocks = new List<ColumnBlock>(denseBlocks);
        for (int i = 0; i < sparse.Count; i += ColumnBlock.SparseColumns)
            blocks.Add(ColumnBlock.Sparse(dense.Count + i, [.. sparse.Skip(i).Take(ColumnBlock.SparseColumns)
                .Select(c => c.Unusual!)], rows.Length));
        return new BinnedRows(table, rows, [.. dense.Concat(sparse).Select(c => c.Column)], [.. blocks]);

        void Flush()
        {
            if (pending.Count == 0)
                return;
            denseBlocks.Add(ColumnBlock.Dense(dense.Count, [.. pending.Select(c => c.Bins)], rows.Length));
            foreach (BinnedCells cells in pending)
                scratch.ReturnColumn((byte*)cells.Bins);
            dense.AddRange(pending.Select(c => new BinnedCells(c.Column, 0, null)));
            pending.Clear();
        }
    }

    private static List<CategorySlots> Sources(int features, IReadOnlyList<CategorySlots> categories)
    {
        var sources = new List<CategorySlots>();
        var first = categories.ToDictionary(c => c.First);
        for (int f = 0; f < features;)
        {
            CategorySlots source = first.GetValueOrDefault(f) ?? new CategorySlots(f, 1);
            sources.Add(source);
            f += source.Count;
        }
        return sources;
    }
}
