using System.Numerics.Tensors;
using MLNet.MultiTask.Networks;
using MLNet.MultiTask.Numerics;

namespace MLNet.MultiTask.Gradients;

/// <summary>
/// Vectors in the space of a trunk's parameters, stored block by block: of every layer a block of every vector's
/// weights (count × outputs·inputs), one of its biases (count × outputs), and with layer norm one of its gains and one
/// of its shifts. So one matrix product serves all vectors.
/// </summary>
internal sealed class TrunkVectors
{
    public TrunkVectors(NetworkShape shape, int count)
    {
        (Shape, Count) = (shape, count);
        Blocks = new float[BlocksPerLayer(shape) * (shape.LayerCount - 1)][];
        for (int b = 0; b < Blocks.Length; b++)
            Blocks[b] = new float[(long)count * BlockSize(shape, b)];
    }

    public NetworkShape Shape { get; }

    public int Count { get; }

    public float[][] Blocks { get; }

    /// <summary>Every vector's weights of layer <paramref name="l"/>.</summary>
    public float[] Weights(int l) => Blocks[BlocksPerLayer(Shape) * l];

    /// <summary>Every vector's biases of layer <paramref name="l"/>.</summary>
    public float[] Biases(int l) => Blocks[BlocksPerLayer(Shape) * l + 1];

    /// <summary>Every vector's gains of layer <paramref name="l"/>, which has layer norm.</summary>
    public float[] Gains(int l) => Blocks[BlocksPerLayer(Shape) * l + 2];

    /// <summary>Every vector's shifts of layer <paramref name="l"/>, which has layer norm.</summary>
    public float[] Shifts(int l) => Blocks[BlocksPerLayer(Shape) * l + 3];

    /// <summary>Length of one vector inside block <paramref name="block"/>.</summary>
    public static int BlockSize(NetworkShape shape, int block)
    {
        LayerShape layer = shape.Layer(block / BlocksPerLayer(shape));
        return block % BlocksPerLayer(shape) == 0 ? layer.Inputs * layer.Outputs : layer.Outputs;
    }

    /// <summary>Where block <paramref name="block"/> starts in the flat parameters.</summary>
    public static int BlockOffset(NetworkShape shape, int block)
    {
        LayerShape layer = shape.Layer(block / BlocksPerLayer(shape));
        int part = block % BlocksPerLayer(shape);
        return part == 0 ? layer.WeightOffset : layer.BiasOffset + (part - 1) * layer.Outputs;
    }

    private static int BlocksPerLayer(NetworkShape shape) => shape.LayerNorm ? 4 : 2;

    public Span<float> Vector(int block, int index)
    {
        int size = BlockSize(Shape, block);
        return Blocks[block].AsSpan(index * size, size);
    }

    /// <summary>One vector, read from flat parameters.</summary>
    public static TrunkVectors FromParameters(NetworkShape shape, ReadOnlySpan<float> parameters)
    {
        var vector = new TrunkVectors(shape, 1);
        vector.Set(0, parameters);
        return vector;
    }

    /// <summary>Takes one vector from flat parameters.</summary>
    public void Set(int index, ReadOnlySpan<float> parameters)
    {
        for (int b = 0; b < Blocks.Length; b++)
            parameters.Slice(BlockOffset(Shape, b), BlockSize(Shape, b)).CopyTo(Vector(b, index));
    }

    /// <summary>parameters += Σ_k w_k·vector_k.</summary>
    /// <param name="w">Length <see cref="Count"/>.</param>
    /// <param name="parameters">Flat parameters of the network; the head is not touched.</param>
    public void AddTo(ReadOnlySpan<float> w, Span<float> parameters)
    {
        for (int b = 0; b < Blocks.Length; b++)
        {
            Span<float> target = parameters.Slice(BlockOffset(Shape, b), BlockSize(Shape, b));
            // Fused where the machine can, as products of matrices are: one network alone has the bits of several.
            for (int k = 0; k < Count; k++)
                TensorPrimitives.MultiplyAddEstimate(Vector(b, k), w[k], target, target);
        }
    }

    /// <summary>
    /// The vectors <paramref name="from"/> … <paramref name="from"/> + <paramref name="count"/> − 1, copied.
    /// </summary>
    public TrunkVectors Slice(int from, int count)
    {
        var slice = new TrunkVectors(Shape, count);
        slice.CopyFrom(this, from, 0, count);
        return slice;
    }

    public void CopyFrom(TrunkVectors source, int sourceIndex, int index, int count)
    {
        for (int b = 0; b < Blocks.Length; b++)
        {
            int size = BlockSize(Shape, b);
            Array.Copy(source.Blocks[b], sourceIndex * size, Blocks[b], index * size, count * size);
        }
    }

    public void Clear()
    {
        foreach (float[] block in Blocks)
            Array.Clear(block);
    }

    /// <summary>Adds others to the vectors from <paramref name="index"/> on.</summary>
    public void Add(TrunkVectors others, int index)
    {
        for (int b = 0; b < Blocks.Length; b++)
        {
            Span<float> own = Blocks[b].AsSpan(index * BlockSize(Shape, b), others.Blocks[b].Length);
            TensorPrimitives.Add(own, others.Blocks[b], own);
        }
    }

    /// <summary>Multiplies every vector, entry by entry, with the one vector of <paramref name="scale"/>.</summary>
    public void MultiplyBy(TrunkVectors scale)
    {
        for (int b = 0; b < Blocks.Length; b++)
            for (int k = 0; k < Count; k++)
                TensorPrimitives.Multiply(Vector(b, k), scale.Blocks[b], Vector(b, k));
    }

    /// <summary>Scales every vector to length 1; a zero vector stays.</summary>
    public void Normalize()
    {
        for (int k = 0; k < Count; k++)
        {
            double square = 0;
            for (int b = 0; b < Blocks.Length; b++)
                square += WideDot(Vector(b, k), Vector(b, k));
            if (square > 0)
                for (int b = 0; b < Blocks.Length; b++)
                    TensorPrimitives.Multiply(Vector(b, k), (float)(1 / Math.Sqrt(square)), Vector(b, k));
        }
    }

    /// <summary>The count × count inner products, in double.</summary>
    public double[] Gram(int threads)
    {
        var gram = new double[Count * Count];
        for (int b = 0; b < Blocks.Length; b++)
            InnerProducts.AddGram(Blocks[b], Count, BlockSize(Shape, b), gram, threads);
        return gram;
    }

    /// <summary>Inner products with other vectors, <see cref="Count"/> × other.Count, in float.</summary>
    public float[] Products(TrunkVectors other, int threads)
    {
        var products = new float[Count * other.Count];
        for (int b = 0; b < Blocks.Length; b++)
        {
            int size = BlockSize(Shape, b);
            Gemm.Multiply(false, true, Count, other.Count, size, Blocks[b], size, other.Blocks[b], size,
                products, other.Count, accumulate: true, threads);
        }
        return products;
    }

    /// <summary>New vectors Σ_k mix[r, k]·vector_k.</summary>
    /// <param name="mix">rows × <see cref="Count"/>.</param>
    /// <param name="rows">Number of new vectors.</param>
    /// <param name="threads">Threads used at most.</param>
    public TrunkVectors Mix(float[] mix, int rows, int threads)
    {
        var result = new TrunkVectors(Shape, rows);
        for (int b = 0; b < Blocks.Length; b++)
        {
            int size = BlockSize(Shape, b);
            Gemm.Multiply(false, false, rows, size, Count, mix, Count, Blocks[b], size, result.Blocks[b], size,
                threads: threads);
        }
        return result;
    }

    // Products of floats are exact in double; partial sums over 8 fixed lanes.
    private static double WideDot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        int i = 0;
        for (; i + 4 <= x.Length; i += 4)
        {
            s0 += (double)x[i] * y[i];
            s1 += (double)x[i + 1] * y[i + 1];
            s2 += (double)x[i + 2] * y[i + 2];
            s3 += (double)x[i + 3] * y[i + 3];
        }
        for (; i < x.Length; i++)
            s0 += (double)x[i] * y[i];
        return (s0 + s1) + (s2 + s3);
    }
}
