using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.MultiTask.Samples.WhereGroupingWins;

/// <summary>One image as one device delivered it, and whether the digit on it is odd.</summary>
public sealed class Scan
{
    [VectorType(64)]
    public float[] Pixels { get; set; } = [];

    public string Device { get; set; } = "";

    public bool IsOdd { get; set; }
}

/// <summary>
/// Twenty-four devices read handwritten digits. Devices of one make deliver the pixels in the same order, which nobody
/// wrote down; devices of different makes in different orders. Each device has few images of its own.
/// </summary>
internal sealed class Scans
{
    public const int Devices = 24;
    private const int Makes = 6;
    private const int OwnImages = 49;
    private const int TestImages = 600;

    public Scans(string path, int seed)
    {
        (float[] Pixels, int Digit)[] images = [.. File.ReadLines(path).Skip(1).Select(Parse)];
        var random = new Random(seed);
        random.Shuffle(images);
        int[][] orders = [.. Enumerable.Range(0, Makes).Select(_ => Order(random))];
        int next = TestImages;
        for (int device = 0; device < Devices; device++)
        {
            int[] order = orders[device % Makes];
            Train.AddRange(images.Skip(next).Take(OwnImages).Select(image => Read(image, device, order)));
            Test.AddRange(images.Take(TestImages).Select(image => Read(image, device, order)));
            next += OwnImages;
        }
    }

    public List<Scan> Train { get; } = [];

    public List<Scan> Test { get; } = [];

    private static Scan Read((float[] Pixels, int Digit) image, int device, int[] order) => new()
    {
        Pixels = [.. order.Select(p => image.Pixels[p])],
        Device = $"device {device:00}",
        IsOdd = image.Digit % 2 == 1,
    };

    private static int[] Order(Random random)
    {
        int[] order = [.. Enumerable.Range(0, 64)];
        random.Shuffle(order);
        return order;
    }

    private static (float[], int) Parse(string line)
    {
        float[] cells = [.. line.Split(',').Select(cell => float.Parse(cell, CultureInfo.InvariantCulture))];
        return (cells[..64], (int)cells[64]);
    }
}
