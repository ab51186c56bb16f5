using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Tests.Numerics;

/// <summary>The kernels of every vector width, called directly, on matrices that lie in panels.</summary>
[TestClass]
public sealed unsafe class PanelProductTests
{
    private const int Width = PanelProduct.Width;

    [TestMethod]
    [DataRow(128)]
    [DataRow(256)]
    [DataRow(512)]
    public void Run_VectorsOfAnyWidth_EqualsDefinition(int bits)
    {
        if ((bits == 512 && !Lanes512.IsSupported) || (bits == 256 && !Lanes256.IsSupported))
            Assert.Inconclusive($"This processor has no vectors of {bits} bits.");
        foreach (int rows in new[] { 1, 3, 4, 5, 6, 7, 8, 9, 13, 17 })
            foreach (int panels in new[] { 1, 2, 3 })
                foreach (int depth in new[] { 1, 2, 15, 16, 17, 40 })
                    Check(bits, rows, panels, depth);
    }

    [TestMethod]
    public void Run_WideAndNarrowVectors_SameBits()
    {
        if (!Lanes512.IsSupported)
            Assert.Inconclusive("This processor has no vectors of 512 bits.");
        var (a, b, s) = Operands(13, 3, 40);
        CollectionAssert.AreEqual(Result(256, 13, 3, 40, a, b, s), Result(512, 13, 3, 40, a, b, s));
    }

    private static void Check(int bits, int rows, int panels, int depth)
    {
        var (a, b, s) = Operands(rows, panels, depth);
        float[] c = Result(bits, rows, panels, depth, a, b, s);
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < panels * Width; j++)
            {
                double expected = s[At(i, j, rows)];
                for (int k = 0; k < depth; k++)
                    expected += (double)a[At(i, k, rows)] * b[At(k, j, depth)];
                Assert.AreEqual(Math.Max(0, expected), c[At(i, j, rows)], 1e-5,
                    $"({i}, {j}) of {rows}×{panels * Width}×{depth}");
            }
    }

    private static float[] Result(int bits, int rows, int panels, int depth, float[] a, float[] b, float[] s)
    {
        var c = new float[s.Length];
        fixed (float* pa = a, pb = b, ps = s, pc = c)
        {
            var product = new PanelProduct
            {
                Depth = depth,
                A = pa,
                ARow = Width,
                AColumn = 1,
                ARun = Width,
                AJump = rows * Width,
                B = pb,
                BPanel = depth * Width,
                C = pc,
                CRow = Width,
                CPanel = rows * Width,
                Start = ps,
                StartRow = Width,
                StartPanel = rows * Width,
                Relu = true,
            };
            if (bits == 512)
                product.Run512(rows, panels);
            else if (bits == 256)
                product.Run256(rows, 0, panels);
            else
                product.Run128(rows, panels);
        }
        return c;
    }

    private static (float[] A, float[] B, float[] Start) Operands(int rows, int panels, int depth)
    {
        var random = new RandomStream(1, "panels");
        float[] Values(int count)
        {
            var values = new float[count];
            foreach (ref float value in values.AsSpan())
                value = 2 * random.NextSingle() - 1;
            return values;
        }
        return (Values(PanelProduct.Panels(depth) * Width * rows), Values(panels * Width * depth),
            Values(panels * Width * rows));
    }

    private static int At(int row, int column, int rows) =>
        column / Width * rows * Width + row * Width + column % Width;
}
