using System.Runtime.InteropServices;

namespace MLNet.MultiTask.Numerics;

/// <summary>
/// LAPACK's symmetric eigen-decomposition out of OpenBLAS, for those who ask for it: the <see cref="AppContext"/>
/// switch <c>MLNet.MultiTask.OpenBlas</c> turns it on where the library is installed (Debian: <c>libopenblas0</c>).
/// Nothing needs it. The bits then depend on that library, its kernels and its own number of threads
/// (<c>OPENBLAS_NUM_THREADS</c>). Matrix products stay with <see cref="Gemm"/>, which is as fast and whose bits depend
/// on nothing.
/// </summary>
internal static unsafe class OpenBlas
{
    /// <summary>Name of the switch.</summary>
    public const string Switch = "MLNet.MultiTask.OpenBlas";

    private static readonly string[] Files = ["libopenblas.so.0", "libopenblas.so", "libopenblas.dylib", "libopenblas"];
    private static nint _dsyevd;

    /// <summary>Whether the switch is on.</summary>
    public static bool IsWanted => AppContext.TryGetSwitch(Switch, out bool isOn) && isOn;

    /// <summary>Whether the library can be loaded.</summary>
    public static bool IsInstalled => TryLoad(Files, out _);

    /// <summary>Finds the library, so that its absence shows early.</summary>
    /// <exception cref="DllNotFoundException">It is not installed; the message says what to do.</exception>
    public static void Load() => _dsyevd = Find(Files);

    /// <summary>The routine in the first of some files that can be loaded.</summary>
    /// <exception cref="DllNotFoundException">None can.</exception>
    public static nint Find(string[] files) => TryLoad(files, out nint library)
        ? NativeLibrary.GetExport(library, "dsyevd_")
        : throw new DllNotFoundException($"The switch '{Switch}' asks for OpenBLAS, but none of " +
            $"{string.Join(", ", files)} can be loaded; install it (Debian: libopenblas0) or turn the switch off");

    /// <summary>Eigenvalues ascending and, if wanted, eigenvectors as rows.</summary>
    /// <param name="n">Order of the matrix.</param>
    /// <param name="matrix">n×n; only the lower triangle is read, and all of it is finite.</param>
    /// <param name="values">Length n.</param>
    /// <param name="vectors">n×n: overwritten with the eigenvectors, or with anything if they are not wanted.</param>
    /// <param name="wantVectors">Whether to compute eigenvectors.</param>
    /// <exception cref="InvalidOperationException">LAPACK did not converge.</exception>
    public static void Decompose(int n, ReadOnlySpan<double> matrix, Span<double> values, Span<double> vectors,
        bool wantVectors)
    {
        if (_dsyevd == 0)
            Load();
        // Row-major and lower is LAPACK's column-major and upper; its columns of vectors are our rows.
        matrix[..(n * n)].CopyTo(vectors);
        fixed (double* a = vectors, w = values)
        {
            double size;
            int integers;
            Call(wantVectors, n, a, w, &size, -1, &integers, -1);
            double[] work = new double[(int)size];
            int[] integerWork = new int[integers];
            fixed (double* pWork = work)
            fixed (int* pIntegers = integerWork)
                Call(wantVectors, n, a, w, pWork, work.Length, pIntegers, integerWork.Length);
        }
    }

    private static void Call(bool wantVectors, int n, double* a, double* w, double* work, int workLength, int* integers,
        int integersLength)
    {
        byte job = wantVectors ? (byte)'V' : (byte)'N', triangle = (byte)'U';
        int info = 0;
        // Fortran: everything by reference, and the lengths of the two texts at the end.
        ((delegate* unmanaged[Cdecl]<byte*, byte*, int*, double*, int*, double*, double*, int*, int*, int*, int*, nint,
            nint, void>)_dsyevd)(&job, &triangle, &n, a, &n, w, work, &workLength, integers, &integersLength, &info, 1,
            1);
        if (info != 0)
            throw new InvalidOperationException($"LAPACK's dsyevd returned {info} for a matrix of order {n}");
    }

    private static bool TryLoad(string[] files, out nint library)
    {
        library = 0;
        foreach (string file in files)
            if (NativeLibrary.TryLoad(file, out library))
                return true;
        return false;
    }
}
