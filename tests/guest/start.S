/*
 * The guest's first instructions: Multiboot, flat segments, interrupts.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
        .set MULTIBOOT_MAGIC, 0x1badb002
        .set MULTIBOOT_FLAGS, 0
        .set PIC_MASTER, 0x20
        .set PIC_SLAVE, 0xa0
        .set PIC_EOI, 0x20
        .set CR0_MP, 1 << 1
        .set CR0_EM, 1 << 2
        .set CR4_OSFXSR, 1 << 9
        .set CR4_OSXMMEXCPT, 1 << 10

        .section .multiboot, "a"
        .balign 4
        .long MULTIBOOT_MAGIC
        .long MULTIBOOT_FLAGS
        .long -(MULTIBOOT_MAGIC + MULTIBOOT_FLAGS)

        .text
        .globl start
start:
        cli
        mov     $stack_end, %esp
        push    %ebx                    /* the Multiboot information */
        lgdt    gdtr
        ljmp    $8, $1f
1:      mov     $16, %eax
        mov     %eax, %ds
        mov     %eax, %es
        mov     %eax, %ss
        mov     %cr0, %eax              /* SSE: there is a coprocessor, not emulated, */
        and     $~CR0_EM, %eax
        or      $CR0_MP, %eax
        mov     %eax, %cr0
        mov     %cr4, %eax              /* and an operating system that knows its state */
        or      $(CR4_OSFXSR | CR4_OSXMMEXCPT), %eax
        mov     %eax, %cr4
        call    guest_main
2:      hlt
        jmp     2b

/*
 * Every device is polled; an interrupt only ends a hlt, and the timer's counts. Neither touches
 * SSE's registers.
 */
        .globl timer_interrupt
timer_interrupt:
        incl    ticks
        .globl any_interrupt
any_interrupt:
        push    %eax
        mov     $PIC_EOI, %al
        out     %al, $PIC_SLAVE
        out     %al, $PIC_MASTER
        pop     %eax
        iret

        .data
        .balign 8
gdt:    .quad 0
        .quad 0x00cf9a000000ffff        /* 8: code, 4 GiB */
        .quad 0x00cf92000000ffff        /* 16: data, 4 GiB */
gdtr:   .word . - gdt - 1
        .long gdt

        .bss
        .balign 16
        .skip 16384
stack_end:
        .section .note.GNU-stack, "", @progbits
