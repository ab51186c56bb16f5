namespace MLNet.MultiTask.Affinity;

/// <summary>One task's outcome in one company of tasks: measured in a run, or to be predicted.</summary>
/// <param name="Task">The task.</param>
/// <param name="Members">The tasks trained together, ascending, <paramref name="Task"/> among them.</param>
/// <param name="Company">Number of <paramref name="Members"/> among those measured; −1 = not among them.</param>
/// <param name="Draw">Number of the run's random numbers; −1 = whatever they are.</param>
/// <param name="Estimates">What is known without training, in units of the task's spread; q numbers.</param>
internal readonly record struct OutcomeCell(int Task, int[] Members, int Company, int Draw, double[] Estimates)
{
    /// <summary>How large the company is: 0 for four tasks, 1 for eight, −1 for two.</summary>
    public double Size => Math.Log2(Members.Length / 4.0);

    /// <summary>Part of the other tasks that are in the company.</summary>
    public double Share(int tasks) => (Members.Length - 1.0) / Math.Max(1, tasks - 1);

    /// <summary>C: 1 for the others in the company, less their part; 0 for the task itself.</summary>
    public void Centred(Span<double> company)
    {
        company.Fill(-Share(company.Length));
        foreach (int j in Members)
            company[j]++;
        company[Task] = 0;
    }

    /// <summary>
    /// ⟨C, C'⟩ over the tasks that are target of neither, with C_j = 1[j ∈ S] − (|S| − 1)/(T − 1): how alike two
    /// companies are beyond their sizes.
    /// </summary>
    public double Likeness(in OutcomeCell other, int tasks)
    {
        double share = Share(tasks), otherShare = other.Share(tasks);
        int both = 0, own = 0, others = 0;
        for (int a = 0, b = 0; a < Members.Length || b < other.Members.Length;)
        {
            int x = a < Members.Length ? Members[a] : int.MaxValue,
                y = b < other.Members.Length ? other.Members[b] : int.MaxValue, task = Math.Min(x, y);
            int counts = task == Task || task == other.Task ? 0 : 1;
            if (x == task)
                (a, own) = (a + 1, own + counts);
            if (y == task)
                (b, others) = (b + 1, others + counts);
            if (x == y)
                both += counts;
        }
        int free = tasks - (Task == other.Task ? 1 : 2);
        return both - otherShare * own - share * others + share * otherShare * free;
    }
}
