using System.Globalization;

namespace MLNet.MultiTask.Benchmarks.Generators;

/// <summary>
/// Real images with planted groups: devices of one make deliver the 64 pixels of a handwritten digit in the same order,
/// devices of different makes in different ones; each asks whether the digit is odd, and has few images of its own.
/// Every pixel is standardised by its training rows.
/// </summary>
internal static class PermutedDigitsBed
{
    private const int Pixels = 64;

    public static PlantedBed Create(PermutedDigitsOptions options)
    {
        (TaskInfo[] tasks, TaskGrouping planted, int[] groupOf) = PlantedBed.Tasks(
            [.. Enumerable.Repeat(options.Devices, options.Makes)], TaskKind.Binary);
        float[][] images = Read(options.Path);
        int own = options.TrainImages + options.ValidationImages;
        if (options.TestImages + tasks.Length * own > images.Length)
            throw new ArgumentException(
                $"{tasks.Length} devices with {own} images each and {options.TestImages} test " +
                $"images need {options.TestImages + tasks.Length * own} images; '{options.Path}' has {images.Length}",
                nameof(options));
        new RandomStream(options.Seed, "digits").Shuffle<float[]>(images);
        int[][] orders = [.. Enumerable.Range(0, options.Makes).Select(make => Order(options.Seed, make))];
        int rows = tasks.Length * (own + options.TestImages);
        float[] features = new float[rows * Pixels], labels = new float[rows * tasks.Length];
        Array.Fill(labels, float.NaN);
        List<int> train = [], validation = [], test = [];
        for (int t = 0, row = 0, next = options.TestImages; t < tasks.Length; t++, next += own)
        {
            for (int i = 0; i < own; i++, row++)
            {
                Put(images[next + i], t, row);
                (i < options.TrainImages ? train : validation).Add(row);
            }
            for (int i = 0; i < options.TestImages; i++, row++)
            {
                Put(images[i], t, row);
                test.Add(row);
            }
        }
        Standardize(features, train);
        return new PlantedBed(new TaskTable(features, Pixels, tasks, labels),
            new RowSplit([.. train], [.. validation]), [.. test], planted);

        void Put(float[] image, int device, int row)
        {
            int[] order = orders[groupOf[device]];
            for (int p = 0; p < Pixels; p++)
                features[row * Pixels + p] = image[order[p]];
            labels[row * tasks.Length + device] = image[Pixels] % 2;
        }
    }

    /// <summary>The order in which a make delivers the pixels.</summary>
    internal static int[] Order(ulong seed, int make) =>
        new RandomStream(seed, "pixel order", make).Permutation(Pixels);

    private static float[][] Read(string path) =>
    [
        .. File.ReadLines(path).Skip(1).Select(line =>
            line.Split(',').Select(cell => float.Parse(cell, CultureInfo.InvariantCulture)).ToArray()),
    ];

    private static void Standardize(float[] features, List<int> rows)
    {
        for (int p = 0; p < Pixels; p++)
        {
            double mean = rows.Average(row => (double)features[row * Pixels + p]);
            double deviation = Math.Sqrt(rows.Average(row => Math.Pow(features[row * Pixels + p] - mean, 2)));
            for (int cell = p; cell < features.Length; cell += Pixels)
                features[cell] = deviation > 0 ? (float)((features[cell] - mean) / deviation) : 0;
        }
    }
}

/// <summary>What <see cref="PermutedDigitsBed"/> generates.</summary>
internal sealed record PermutedDigitsOptions
{
    /// <summary>Pixel orders, which are the planted groups.</summary>
    public int Makes { get; init; } = 4;

    /// <summary>Devices of each make.</summary>
    public int Devices { get; init; } = 4;

    /// <summary>Images of a device to fit on.</summary>
    public int TrainImages { get; init; } = 40;

    /// <summary>Images of a device that stop training.</summary>
    public int ValidationImages { get; init; } = 15;

    /// <summary>Images to test on, the same for every device, each in the device's order.</summary>
    public int TestImages { get; init; } = 600;

    /// <summary>CSV file: a header, then 64 pixels and the digit a line.</summary>
    /// <value>The default value is the digits of the samples, beside the program.</value>
    public string Path { get; init; } = System.IO.Path.Combine(AppContext.BaseDirectory, "digits.csv");

    /// <summary>Seed of the images' order and the pixels'.</summary>
    public ulong Seed { get; init; } = 1;
}
