using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNet.MultiTask.Trees;

/// <content>
/// The search for a split. Its gain is Σⱼ gⱼ²/(h + λ) of both sides minus that of the leaf, over the gradients of the
/// lanes (SketchBoost, Iosipoi and Vakhrushev 2022, eq. 5, with the mean Hessian of the outputs for the count).
/// </content>
internal sealed unsafe partial class HistogramKernel<TLanes>
{
    public override void Search(BinnedColumn column, int number, float* sums, byte* marks, float* total,
        SplitConstraints constraints, ref SplitCandidate best)
    {
        float l2 = constraints.L2 + (column.IsCategorical ? constraints.CategoryL2 : 0);
        TLanes all = TLanes.Gradients(TLanes.Load(total));
        float before = TLanes.SquaredNorm(all) / (total[0] + constraints.L2);
        if (column.IsCategorical)
        {
            SearchCategories(column, number, sums, marks, total, constraints, before, l2, ref best);
            return;
        }
        float* missing = sums + (long)column.BinCount * TLanes.Width;
        bool hasMissing = marks[column.BinCount] != 0 && missing[1] > 0;
        float known = hasMissing ? float.PositiveInfinity : total[1] / 2;
        Scan(column, number, sums, marks, total, all, before, null, known, constraints, ref best);
        if (hasMissing)
            Scan(column, number, sums, marks, total, all, before, missing, 0, constraints, ref best);
    }

    /// <summary>
    /// Every border between bins, with rows without a value on the right, or on the left. Where none was seen they will
    /// go to the side with more rows: left if it has more than <paramref name="missingLeftAbove"/>.
    /// </summary>
    private static void Scan(BinnedColumn column, int number, float* sums, byte* marks, float* total, TLanes all,
        float before, float* missingLeft, float missingLeftAbove, SplitConstraints constraints,
        ref SplitCandidate best)
    {
        float minimumCount = constraints.MinimumCount, minimumMass = constraints.MinimumMass, l2 = constraints.L2;
        float mass = 0, count = 0, allMass = total[0], allCount = total[1];
        TLanes left = default;
        if (missingLeft != null)
            (left, mass, count) = (TLanes.Gradients(TLanes.Load(missingLeft)), missingLeft[0], missingLeft[1]);
        for (int first = 0; first < column.BinCount; first += Histogram.MarkRun)
            for (uint run = MarkedRun(marks + first, column.BinCount - first); run != 0; run &= run - 1)
            {
                int bin = first + BitOperations.TrailingZeroCount(run);
                float* own = sums + (long)bin * TLanes.Width;
                // What is left of a bin after a subtraction is rounding.
                if (own[1] == 0)
                    continue;
                left = TLanes.Add(left, TLanes.Gradients(TLanes.Load(own)));
                mass += own[0];
                count += own[1];
                if (count < minimumCount || mass < minimumMass)
                    continue;
                if (allCount - count < minimumCount || allMass - mass < minimumMass)
                    return;
                float gain = Gain(all, left, mass, allMass, l2) - before;
                if (gain > best.Gain)
                    best = new SplitCandidate
                    {
                        Gain = gain, Column = number, Bin = bin, MissingLeft = count > missingLeftAbove,
                    };
            }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Gain(TLanes all, TLanes left, float mass, float allMass, float l2) =>
        TLanes.SquaredNorm(left) / (mass + l2)
            + TLanes.SquaredNorm(TLanes.Subtract(all, left)) / (allMass - mass + l2);

    /// <summary>
    /// Categories in the order of each gradient in turn, from both ends: with one gradient the best of all subsets is
    /// among them (Fisher 1958). Rows without a category go right.
    /// </summary>
    private static void SearchCategories(BinnedColumn column, int number, float* sums, byte* marks, float* total,
        SplitConstraints constraints, float before, float l2, ref SplitCandidate best)
    {
        int[] usable = [.. Enumerable.Range(0, column.BinCount).Where(b => marks[b] != 0
            && sums[(long)b * TLanes.Width + 1] >= Math.Max(1, constraints.CategoryMinimumCount))];
        if (usable.Length == 0)
            return;
        var keys = new float[usable.Length];
        var order = new int[usable.Length];
        TLanes all = TLanes.Gradients(TLanes.Load(total));
        for (int lane = 2; lane < TLanes.Width; lane++)
        {
            bool varies = false;
            for (int i = 0; i < usable.Length; i++)
            {
                float* own = sums + (long)usable[i] * TLanes.Width;
                float scale = own[0] + constraints.CategorySmoothing;
                keys[i] = scale > 0 ? own[lane] / scale : 0;
                varies |= keys[i] != keys[0];
            }
            if (!varies && lane > 2)
                continue;
            usable.CopyTo(order, 0);
            Array.Sort(keys, order);
            for (int end = 0; end < 2; end++)
            {
                Prefixes(column, number, order, sums, total, all, before, l2, constraints, ref best);
                Array.Reverse(order);
            }
        }
    }

    private static void Prefixes(BinnedColumn column, int number, int[] order, float* sums, float* total, TLanes all,
        float before, float l2, SplitConstraints constraints, ref SplitCandidate best)
    {
        TLanes left = default;
        float mass = 0, count = 0;
        int most = Math.Min(constraints.MaximumCategories, order.Length);
        for (int i = 0; i < most; i++)
        {
            float* own = sums + (long)order[i] * TLanes.Width;
            left = TLanes.Add(left, TLanes.Gradients(TLanes.Load(own)));
            mass += own[0];
            count += own[1];
            if (count < constraints.MinimumCount || mass < constraints.MinimumMass)
                continue;
            if (total[1] - count < constraints.MinimumCount || total[0] - mass < constraints.MinimumMass)
                return;
            float gain = Gain(all, left, mass, total[0], l2) - before;
            if (gain > best.Gain)
                best = new SplitCandidate { Gain = gain, Column = number, Bin = -1, Categories = order[..(i + 1)] };
        }
    }
}
